/** Reads what `git receive-pack` prints: progress goes on at once, the report is held back (S6.12). */
import { dataPacket, readPacket } from "./pkt-line.ts";

const REPORT_LIMIT = 8 * 1024 * 1024;

/**
 * @param banded whether git prints in side bands
 * @param forward takes the packets of progress and errors
 */
export function createReportReader(banded: boolean, forward: (packet: Buffer) => void) {
  const report: Buffer[] = [];
  let size = 0;
  let pending: Buffer = Buffer.alloc(0);

  function keep(bytes: Buffer): void {
    size += bytes.length;
    // A cut report counts as none: then the refs are looked at.
    if (size <= REPORT_LIMIT) report.push(bytes);
  }

  return {
    take(chunk: Buffer): void {
      if (!banded) {
        keep(chunk);
        return;
      }
      pending = Buffer.concat([pending, chunk]);
      for (let found = readPacket(pending, 0); found !== undefined; found = readPacket(pending, 0)) {
        pending = pending.subarray(found.next);
        if (found.packet.kind === "flush") continue;
        const { data } = found.packet;
        if (data[0] === 1) keep(data.subarray(1));
        else forward(dataPacket(data));
      }
    },
    report: () => Buffer.concat(report),
  };
}

export type ReportReader = ReturnType<typeof createReportReader>;
