import type { Mail } from '../../actor/mail.js';
import { recordingsIn } from '../../lib/testing/recordings.js';
import { PackedReader, PackedWriter } from '../../shard/packed.js';
import { readMail, writeMail } from '../../shard/requests.js';
import { oneOfEachMail } from '../../shard/testing/sample-mails.js';
import { decodePublication, encodePublication, type Publication } from '../event-channel.js';
import { decodeLinkMessage, encodeLinkMessage, type LinkMessage } from '../link-message.js';
import { linkVersion } from '../link-version.js';
import { oneOfEachRecord } from './sample-records.js';

/** What nodes of a release say to each other, as bytes, and what is meant. */
export interface GoldenLink {
  readonly version: number;
  readonly message: Uint8Array;
  readonly heard: LinkMessage | null;
  readonly publication: Uint8Array;
  readonly published: Publication | null;
  /** As they travel in records of the kind `mail`. */
  readonly mails: readonly { readonly bytes: Uint8Array; readonly mail: Mail }[];
}

export function goldenLinks(): (readonly [name: string, link: GoldenLink])[] {
  return recordingsIn<GoldenLink>(new URL('./golden/', import.meta.url), 'link-');
}

/** What this release makes of those bytes. */
export function linkReadingOf({
  message,
  publication,
  mails,
}: Omit<GoldenLink, 'version'>): Omit<GoldenLink, 'version'> {
  return {
    message,
    // Of copies: the decoder leaves its marks on the bytes that it has read.
    heard: decodeLinkMessage(message.slice()),
    publication,
    published: decodePublication(publication.slice()),
    mails: mails.map(({ bytes }) => ({ bytes, mail: readMail(new PackedReader(bytes)) })),
  };
}

const said: LinkMessage = {
  sender: 'node-a.x',
  receiver: 'node-b.y',
  linkSeq: 2 ** 33,
  sentAtMs: 1_767_225_600_000.25,
  records: oneOfEachRecord,
};

export const linkRecording = {
  name: `link-${linkVersion}.json`,
  make: (): GoldenLink => {
    const frame = Uint8Array.of(0x93, 3, 1);
    const made = {
      message: encodeLinkMessage(said).slice(),
      heard: null,
      publication: encodePublication({ sender: 'node-a.x', frame }).slice(),
      published: null,
      mails: oneOfEachMail.map((mail) => ({ bytes: bytesOf(mail), mail })),
    };
    return { version: linkVersion, ...linkReadingOf(made) };
  },
};

function bytesOf(mail: Mail): Uint8Array {
  const writer = new PackedWriter();
  writeMail(writer, mail);
  return writer.take();
}
