import { readRedisAddress } from '../../config/redis-address.js';
import { must } from '../../lib/must.js';
import { systemRandom } from '../../lib/random.js';
import { systemTimers } from '../../lib/timers.js';
import type { Log } from '../../observability/log.js';
import type { CarrierListener } from '../carrier.js';
import { RedisCarrier } from '../redis-carrier.js';

const quietLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => quietLog,
};

/** Carriers of one installation over a Redis, on the real clock. */
export class RedisMedium {
  /** Other tests may use the same Redis. */
  readonly installation = systemRandom.id(12);

  constructor(private readonly url: string) {}

  connect(listener: CarrierListener, installation = this.installation, log = quietLog): RedisCarrier {
    const address = must(readRedisAddress(this.url), `an address of Redis: ${this.url}`);
    return new RedisCarrier({ address, installation, timers: systemTimers, random: systemRandom, log }, listener);
  }
}
