/** A promise that is settled from outside (`Promise.withResolvers`, which Node 20 lacks). */
export class Deferred<T> {
  readonly promise: Promise<T>;
  private settleWith: { resolve(value: T): void; reject(error: Error): void } | null = null;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.settleWith = { resolve, reject };
    });
  }

  resolve(value: T): void {
    this.settleWith?.resolve(value);
  }

  reject(error: Error): void {
    this.settleWith?.reject(error);
  }
}
