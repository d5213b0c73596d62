/** A colour as three numbers from 0 to 255: red, green, blue. */
type Rgb = readonly [number, number, number];

/** True for `#rgb` and `#rrggbb`. */
export function isHexColor(text: string): boolean {
  return /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(text);
}

/** The contrast of two hex colours, from 1 to 21: WCAG 2.2, "contrast ratio". */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted(
    (left, right) => left - right,
  );
  return (lighter + 0.05) / (darker + 0.05);
}

/** So much of the first colour in the second: a share from 0 to 1. */
export function mixed(color: string, into: string, share: number): string {
  const base = rgbOf(into);
  const parts = rgbOf(color).map((value, index) =>
    Math.round(value * share + (base[index] ?? 0) * (1 - share)),
  );
  return `#${parts.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** WCAG 2.2, "relative luminance". */
function luminance(color: string): number {
  const [red, green, blue] = rgbOf(color).map(linear);
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function linear(value: number): number {
  const part = value / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}

function rgbOf(color: string): Rgb {
  const digits = color.length === 4 ? color.replace(/[0-9a-f]/gi, '$&$&') : color;
  const at = (index: number): number => Number.parseInt(digits.slice(index, index + 2), 16);
  return [at(1), at(3), at(5)];
}
