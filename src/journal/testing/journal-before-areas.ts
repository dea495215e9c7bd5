import type { StoredBatch } from '../port.js';

/**
 * The journal of a whole event, byte for byte as the release before general admission wrote it: its configuration has neither
 * `areas` nor `layout`. Seats 1 and 2 are sold, cancelled, and 2 is sold again; the other holds were released, revoked and ran
 * out; seat 90 is blocked.
 */
export const journalBeforeAreas: readonly StoredBatch[] = [
  {
    epoch: 1,
    firstSeq: 1,
    lastSeq: 1,
    blob: bytes(
      'AWS66uwBAQHZAgGA+KX5wTLQAnsiY2hhcnRJZCI6ImhhbGwiLCJjaGFydFZlcnNpb24iOjEsInNlYXRDb3VudCI6MTAwLCJjdXJyZW5jeSI6IkVVUiIs',
      'ImNhdGVnb3JpZXMiOlsic3RhbGxzIiwiYmFsY29ueSJdLCJwcmljZXNNaW5vciI6WzQ1MDAsMjUwMF0sInNlYXRDYXRlZ29yaWVzIjpbWzAsNjBdLFsx',
      'LDQwXV0sIm9uU2FsZUF0TXMiOm51bGwsImNsb3Nlc0F0TXMiOjE3NjcyMjU2MDAwMDAsImhvbGRUdGxNcyI6NjAwMDAwLCJzZWF0c1BlckhvbGRNYXgi',
      'OjgsImhvbGRzUGVySG9sZGVyTWF4Ijo0LCJzZWF0c1BlckhvbGRlck1heCI6MTYsImV4dGVuc2lvbnNQZXJIb2xkTWF4IjoyLCJjb25maXJtQnkiOiJo',
      'b2xkZXIifQ==',
    ),
  },
  {
    epoch: 2,
    firstSeq: 2,
    lastSeq: 8,
    blob: bytes(
      'ARiO3c0CAgciAuj/pfnBMgNhbm4JY29tbWFuZC0xBwAAAMDPJAMBAgO8aSAD6AcDYW5uCWNvbW1hbmQtMgcAAAACAsDPJAMBAgO8aRwE6AcDYW5uCWNv',
      'bW1hbmQtMwcAAAACAgEDAgECJAfoBwNhbm4JY29tbWFuZC00BwAAAAICB29yZGVyIDECAQKoRhwC6AcDYm9iCWNvbW1hbmQtNQcAAADAzyQBRsQTHALo',
      'BwNjaWQJY29tbWFuZC02BwAAAMDPJAFHxBMkCegHCG9wZXJhdG9yCWNvbW1hbmQtNwcAAAACWlsGY2FtZXJh',
    ),
  },
  {
    epoch: 3,
    firstSeq: 9,
    lastSeq: 15,
    blob: bytes(
      'AX0W+0kDCQcKC7D5yfnBMrDqAR0K6AcIb3BlcmF0b3IJY29tbWFuZC04BwAAAAFbACgG6AcIb3BlcmF0b3IJY29tbWFuZC05BwAAAAIHA2NpZAFHBWZy',
      'YXVkDAXg2gECBgNib2IBRisIkE4Ib3BlcmF0b3IKY29tbWFuZC0xMAcAAAACBQNhbm4CAQIGcmVmdW5kHQKQTgNhbm4KY29tbWFuZC0xMQcAAADAzyQB',
      'ApQjJAeQTgNhbm4KY29tbWFuZC0xMgcAAAADDgdvcmRlciAyAQKUIw==',
    ),
  },
];

function bytes(...base64: readonly string[]): Buffer {
  return Buffer.from(base64.join(''), 'base64');
}
