import { parentPort } from 'node:worker_threads';
import { must } from '../lib/must.js';
import { runSeed, type SeedJob } from './seed-job.js';

/** A thread of the seed pool: runs one seed after another, and says how each ended. */
const pool = must(parentPort, 'the thread that started this one');
pool.on('message', (job: SeedJob) => {
  void runSeed(job).then((outcome) => pool.postMessage(outcome));
});
