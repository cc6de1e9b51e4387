/** Which images stand for the worker's host (P2.8): settings `images.<name or glob>`, whose value is `host`. */

const PREFIX = "images.";

/** @param settings those of the job, of any kind */
export function isMappedToHost(image: string, settings: Readonly<Record<string, string>>): boolean {
  return Object.entries(settings).some(
    ([name, value]) =>
      value === "host" && name.startsWith(PREFIX) && matches(image, name.slice(PREFIX.length)),
  );
}

/** `*` is any text, slashes too, and `?` any character. */
function matches(image: string, glob: string): boolean {
  const [first = "", ...others] = glob.split("*");
  const last = others.pop();
  if (last === undefined) return fits(image, glob, 0) && image.length === glob.length;
  if (!fits(image, first, 0)) return false;
  // The first place that a part fits in leaves the most to the next: none need be tried again.
  let at = first.length;
  for (const part of others) {
    while (at <= image.length && !fits(image, part, at)) at += 1;
    at += part.length;
  }
  const end = image.length - last.length;
  return end >= at && fits(image, last, end);
}

function fits(text: string, part: string, at: number): boolean {
  if (at + part.length > text.length) return false;
  return Array.from({ length: part.length }, (_, index) => index).every(
    (index) => part[index] === "?" || part[index] === text[at + index],
  );
}
