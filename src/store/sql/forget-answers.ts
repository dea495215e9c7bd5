import type { Statement } from '../queryable.js';

/** $1 life of an answer in ms. */
export const forgetAnswers: Statement = {
  name: 'forget-answers',
  text: `
    delete from idempotent_answer
    where made_at < clock_timestamp() - $1::double precision * interval '1 millisecond'`,
};
