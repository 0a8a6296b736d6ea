/** What the editor asks for, as data: the office draws the fields, and their words stand under the widget's name in its own. */
export type WidgetField =
  | { readonly kind: 'localized'; readonly name: string; readonly most: number; readonly lines?: number; readonly optional?: true }
  | { readonly kind: 'choice'; readonly name: string; readonly options: readonly string[] }
  | { readonly kind: 'number'; readonly name: string; readonly least: number; readonly most: number }
  | { readonly kind: 'telephone'; readonly name: string }
  /** A file of the media library. */
  | { readonly kind: 'media'; readonly name: string; readonly of: 'picture' | 'film' }
  | { readonly kind: 'date'; readonly name: string }
  | { readonly kind: 'time'; readonly name: string; readonly optional?: true }
  | {
      readonly kind: 'list';
      readonly name: string;
      readonly most: number;
      readonly fields: readonly WidgetField[];
      /** What a new row begins with. */
      readonly row: Readonly<Record<string, unknown>>;
    };

interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface WidgetForm {
  readonly fields: readonly WidgetField[];
  /** What a new one begins with. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The size a new one is given, and the least in which it can be read. */
  readonly size: { readonly portrait: Size; readonly landscape: Size };
  readonly least: { readonly portrait: Size; readonly landscape: Size };
}
