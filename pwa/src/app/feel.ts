// Verdicts one can hear and feel. Tones lie an octave and more apart, so that they are told apart in noise.
export type Feel = 'good' | 'wrong' | 'attention';
const TONES: Record<Feel, [hertz: number, ms: number][]> = {
  good: [[1760, 90]],
  attention: [[740, 120], [740, 120]],
  wrong: [[220, 220], [185, 320]],
};
const BUZZ: Record<Feel, number[]> = { good: [40], attention: [80, 60, 80], wrong: [450] };

export class Feeler {
  private ctx: AudioContext | null = null;
  sound = true;
  /** Browsers give sound only after a gesture; the first scan or tap is one. */
  unlock(): void {
    if (this.ctx || typeof AudioContext === 'undefined') return;
    try { this.ctx = new AudioContext(); } catch { this.ctx = null; }
  }
  play(what: Feel): void {
    try { navigator.vibrate?.(BUZZ[what]); } catch { /* a browser without a motor */ }
    if (!this.sound) return;
    this.unlock();
    const ctx = this.ctx;
    if (!ctx) return;
    void ctx.resume();
    let at = ctx.currentTime + 0.01;
    for (const [hertz, ms] of TONES[what]) {
      const tone = ctx.createOscillator(), gain = ctx.createGain();
      tone.type = what === 'wrong' ? 'square' : 'sine';
      tone.frequency.value = hertz;
      gain.gain.setValueAtTime(0.0001, at);
      gain.gain.exponentialRampToValueAtTime(0.5, at + 0.01);
      gain.gain.setValueAtTime(0.5, at + ms / 1000 - 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0001, at + ms / 1000);
      tone.connect(gain).connect(ctx.destination);
      tone.start(at); tone.stop(at + ms / 1000);
      at += ms / 1000 + 0.05;
    }
  }
}
