/** What WebM may hold. */
export type VpCodec = 'V_VP8' | 'V_VP9';

/** Enough of a frame to tell what it is. */
export const FRAME_HEAD_BYTES = 16;

/** How large a frame is that needs no other; null for one that needs others, or is none. VP8: RFC 6386, 9.1. VP9: its bitstream specification, 6.2; eight bits a colour with halved chroma only. */
export function wholePictureSize(codec: VpCodec, head: Buffer): { readonly width: number; readonly height: number } | null {
  if (head.length < 10) return null;
  return codec === 'V_VP8' ? vp8Size(head) : vp9Size(head);
}

function vp8Size(head: Buffer): { width: number; height: number } | null {
  if (((head[0] ?? 1) & 1) !== 0 || head.readUIntBE(3, 3) !== 0x9d012a) return null;
  return { width: head.readUInt16LE(6) & 0x3fff, height: head.readUInt16LE(8) & 0x3fff };
}

function vp9Size(head: Buffer): { width: number; height: number } | null {
  // Marker 10, profile 0, no repeated frame, a whole picture; then whether it is shown and how errors are met.
  if (((head[0] ?? 0) & 0b1111_1100) !== 0b1000_0000 || head.readUIntBE(1, 3) !== 0x498342) return null;
  const colours = (head[4] ?? 0) >> 5;
  // sRGB has whole chroma, which profile 0 has not.
  if (colours === 7) return null;
  // Behind three bits of colours and one of range: two numbers of sixteen bits, less one.
  const bits = head.readUIntBE(4, 5) % 2 ** 36;
  return { width: Math.floor(bits / 2 ** 20) + 1, height: (Math.floor(bits / 2 ** 4) % 2 ** 16) + 1 };
}
