/** A bot that is killed by plan and comes back every time: the same database, the same port, the same Slack. */
import { startBotProcess, untilReady, type BotSettings } from './bot-process.js';
import type { Kill } from './kill-plan.js';
import type { CallMoment } from './killing-proxy.js';
import type { Running } from './processes.js';

export interface MortalBotOptions {
  readonly settings: BotSettings;
  readonly plan: readonly Kill[];
  /** Looks at the bot each time it is ready, before anybody else does; returns what is wrong with it. */
  readonly inspect: () => Promise<readonly string[]>;
}

interface Life {
  readonly running: Running;
  /** True when it became ready, false when it died before. */
  readonly ready: Promise<boolean>;
}

export class MortalBot {
  /** What the inspections found, and whatever else should not have happened. */
  readonly violations: string[] = [];
  /** Times it was killed. */
  deaths = 0;
  readonly #options: MortalBotOptions;
  readonly #due: Kill[] = [];
  #life: Life;
  #calls = 0;
  #callsBefore = 0;
  #retired = false;
  /** It did not die as planned, and nobody will bring it back. */
  #broken = false;

  constructor(options: MortalBotOptions) {
    this.#options = options;
    this.#life = this.#beBorn();
  }

  /** Resolves when the bot of this moment is ready; rejects where it never will be. */
  async untilReady(): Promise<void> {
    for (;;) {
      if (this.#broken) throw new Error('the bot is gone for good');
      const life = this.#life;
      if ((await life.ready) && life === this.#life && !life.running.process.killed) return;
      if (!this.#broken) await life.running.ended;
    }
  }

  /** The deaths planned for this step are due from now on, one after the other. */
  beginStep(step: string): void {
    this.#due.push(...this.#options.plan.filter((kill) => kill.step === step));
    if (this.#due.length > 0) this.#arm();
  }

  /** For the proxy: kills at the call that was planned. */
  isFatal({ number, when }: CallMoment): boolean {
    this.#calls = Math.max(this.#calls, number);
    const [kill] = this.#due;
    if (kill === undefined || !('call' in kill)) return false;
    if (kill.when !== when || number - this.#callsBefore < kill.call) return false;
    this.#kill(kill);
    return true;
  }

  /** Calls that never came are no excuse: dies all the deaths that are left, with its life in between. */
  async settle(): Promise<void> {
    for (let [kill] = this.#due; kill !== undefined; [kill] = this.#due) {
      this.#kill(kill);
      await this.untilReady();
    }
  }

  /** Ends for good, as an operator would end it. */
  async retire(): Promise<void> {
    this.#retired = true;
    await this.#life.running.stop();
  }

  /** For those who read about a failure. */
  lastWords(): string {
    return this.#life.running.said().slice(-4_000);
  }

  #arm(): void {
    this.#callsBefore = this.#calls;
    const [kill] = this.#due;
    if (kill !== undefined && 'ms' in kill) setTimeout(() => this.#kill(kill), kill.ms);
  }

  #kill(kill: Kill): void {
    if (this.#due[0] !== kill) return;
    this.#due.shift();
    this.deaths += 1;
    this.#life.running.process.kill('SIGKILL');
    this.#arm();
  }

  #beBorn(): Life {
    const { settings } = this.#options;
    const running = startBotProcess(settings);
    void running.ended.then((exitCode) => {
      if (this.#retired) return;
      if (exitCode === null) this.#life = this.#beBorn();
      else this.#breakDown(`the bot ended by itself with ${exitCode}:\n${this.lastWords()}`);
    });
    return { running, ready: this.#becomeReady(running) };
  }

  async #becomeReady(running: Running): Promise<boolean> {
    try {
      await untilReady(this.#options.settings.url, running);
      this.violations.push(...(await this.#options.inspect()));
      return true;
    } catch (error) {
      if (!running.process.killed) this.#breakDown(String(error));
      return false;
    }
  }

  #breakDown(violation: string): void {
    this.violations.push(violation);
    this.#broken = true;
  }
}
