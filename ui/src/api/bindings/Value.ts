export type Value = null | boolean | number | string | Value[] | { [key in string]: Value };
