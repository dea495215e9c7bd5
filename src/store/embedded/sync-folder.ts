import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes names that were just created or changed in this folder survive a power cut. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
