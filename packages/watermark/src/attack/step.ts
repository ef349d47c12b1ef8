/**
 * One thing that is done to a picture. Shares are of a side; degrees turn anticlockwise as the picture is looked at; everything that
 * is left to chance follows the seed.
 */
export type Step =
  /** Keeps so much of each side; where the window lies is left to chance. */
  | { readonly do: 'crop'; readonly share: number }
  /** Resizes each side by a factor, with a filter that leaves nothing out. */
  | { readonly do: 'scale'; readonly x: number; readonly y: number }
  /** Makes the longer side so many pixels, if it has more. */
  | { readonly do: 'fit'; readonly longSide: number }
  /** Turns about the middle; `any` is an angle left to chance. */
  | { readonly do: 'rotate'; readonly degrees: number | 'any'; readonly canvas: RotatedCanvas }
  /** Turns by a quarter, without a loss. */
  | { readonly do: 'quarterTurn' }
  | { readonly do: 'flip'; readonly axis: 'horizontal' | 'vertical' }
  /** Slants: the lower edge is moved to the right by such a share of the height. */
  | { readonly do: 'shear'; readonly share: number }
  /** Moves each corner inwards by up to such a share of the sides, as in a photograph of a screen. */
  | { readonly do: 'perspective'; readonly share: number }
  | { readonly do: 'grey' }
  /** Multiplies colours. */
  | { readonly do: 'brightness'; readonly factor: number }
  /** Multiplies the distance of colours from the middle grey. */
  | { readonly do: 'contrast'; readonly factor: number }
  /** Raises colours, taken as 0 to 1, to a power. */
  | { readonly do: 'gamma'; readonly power: number }
  /** Gaussian, with its standard deviation in pixels. */
  | { readonly do: 'blur'; readonly sigma: number }
  /** The median of the 3x3 pixels around each. */
  | { readonly do: 'median3' }
  /** Gaussian, of each colour on its own; its standard deviation is a share of white. */
  | { readonly do: 'noise'; readonly sigma: number }
  /** Replaces such a share of the rows by noise. */
  | { readonly do: 'noiseRows'; readonly share: number }
  /** Large lettering across the picture. */
  | { readonly do: 'text' }
  /** A round logo in a corner, over such a share of the short side. */
  | { readonly do: 'logo'; readonly share: number }
  /** Writes and reads a file, through a real encoder. */
  | { readonly do: 'encode'; readonly format: 'jpeg' | 'webp' | 'avif'; readonly quality: number }

/** What a turned picture is seen in: its old canvas with black corners, a larger one in white, or what has no corners. */
export type RotatedCanvas = 'same' | 'larger' | 'inside'
