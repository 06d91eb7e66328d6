/** What comes between a name and its value, in notations that need more than one sign. */
export const valueKey =
  /^\\?["']?(?:value|Value|VALUE|content|default|string_value|stringValue|ParameterValue|parameter_value)\\?["']?[ \t]{0,4}[:=][ \t]{0,4}/;
/** `{ type = string, default = "v" }`, `{"value": "v"}` */
export const valueInBraces =
  /^\{(?:[^{}]{0,240}?[\s,])?["']?(?:value|Value|default|Default|default_value|defaultValue|DefaultValue)["']?\s{0,4}[:=]\s{0,4}(?=["'\w])/;
/** `x:⏎  Type: String⏎  Default: v` */
export const valueInLines =
  /^\r?\n(?:[ \t]+(?!Default|default)[\w-]{1,40}:[^\n]{0,120}\n){0,4}[ \t]+(?:Default|default):[ \t]+(?=[^\s|>&*{[])/;
/** A type between the name and its value: `: string = `, `: &[u8] = `. */
export const typeAfterColon = /^[&A-Za-z_][\w.<>[\]?|&' ]{0,40}=[ \t]*(?=[bBrRuU@$]?["'`])/;
/** Go's `var x string = "v"`, Basic's `x As String = "v"`, C#'s `X { get; set; } = "v"`. */
export const typeAfterBlank = /^(?:As[ \t]+String|[A-Za-z_][\w.*[\]]{0,30}|\{[\w; ]{1,40}\})[ \t]{1,4}=[ \t]{0,4}(?=[@$]?["'`])/;
/** YAML's tags and anchors before a scalar: `!!str v`, `&name v`. */
export const tagOrAnchor = /^(?:!!?(?:str|binary)?|&[\w-]{1,40})[ \t]{1,4}(?=[^\s])/;
/** The beginning of a list, up to its first member: `["v"`, `[⏎  "v"`; YAML's `⏎  - v`. */
export const listBegin = /^\[\s{0,40}(?=\\*["'])/;
export const listedLine = /^\r?\n[ \t]{0,40}-[ \t]{1,4}(?=[^\s])/;
/** A line that continues on the next: properties, shells, Dockerfiles. */
export const continuedLine = /^\\\r?\n[ \t]{0,40}(?=[^\s])/;
/** `=` with a sign before it; `||` and `??`, which introduce a default. */
export const compoundOperator = /^(?:\?\?|\|\||[?+.|:])=|^(?:\|\||\?\?)/;
