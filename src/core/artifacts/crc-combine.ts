/**
 * The CRC of two stretches of bytes from the CRC of each: what gives an object uploaded in parts its FULL_OBJECT
 * checksum without reading it again. A CRC is the remainder of a polynomial over GF(2); bytes appended multiply it by
 * x^8 each. Polynomials are written with bits reflected, as these three CRCs use them.
 */
import type { ChecksumAlgorithm } from "./content.ts";

export type CrcAlgorithm = Extract<ChecksumAlgorithm, "CRC32" | "CRC32C" | "CRC64NVME">;

const polynomials: Readonly<Record<CrcAlgorithm, { width: bigint; polynomial: bigint }>> = {
  CRC32: { width: 32n, polynomial: 0xedb88320n },
  CRC32C: { width: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { width: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
};

export function isCrc(algorithm: ChecksumAlgorithm): algorithm is CrcAlgorithm {
  return algorithm in polynomials;
}

/** @param parts in order: size in bytes and base64 CRC of each. @returns base64 CRC of them all */
export function combineCrcs(
  algorithm: CrcAlgorithm,
  parts: readonly { size: number; value: string }[],
): string {
  const { width, polynomial } = polynomials[algorithm];
  const top = 1n << (width - 1n);

  const multiply = (a: bigint, b: bigint): bigint => {
    let product = 0n;
    let shifted = b;
    for (let bit = top; bit > 0n; bit >>= 1n) {
      if ((a & bit) !== 0n) product ^= shifted;
      shifted = (shifted & 1n) === 0n ? shifted >> 1n : (shifted >> 1n) ^ polynomial;
    }
    return product;
  };

  /** x^(8 · size) modulo the polynomial, by squaring. Parts mostly have one size, so it is computed once. */
  const known = new Map<number, bigint>();
  const shiftOf = (size: number): bigint => {
    let shift = known.get(size);
    if (shift !== undefined) return shift;
    shift = top;
    let square = top >> 8n;
    for (let rest = BigInt(size); rest > 0n; rest >>= 1n) {
      if ((rest & 1n) === 1n) shift = multiply(shift, square);
      square = multiply(square, square);
    }
    known.set(size, shift);
    return shift;
  };

  let combined = 0n;
  for (const { size, value } of parts) {
    combined =
      multiply(combined, shiftOf(size)) ^ BigInt(`0x${Buffer.from(value, "base64").toString("hex")}`);
  }
  return Buffer.from(combined.toString(16).padStart(Number(width / 4n), "0"), "hex").toString("base64");
}
