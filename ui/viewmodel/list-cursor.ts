/** A cursor on one of `count` rows and the window of rows around it. */
export class ListCursor {
  index = 0;
  /** First row of the window. */
  scroll = 0;
  /** Rows of the window in the last frame. */
  height = 1;

  /** Moves by rows; stops at the ends. */
  move(rows: number, count: number): void {
    this.to(this.index + rows, count);
  }

  page(pages: number, count: number): void {
    this.move(pages * Math.max(1, this.height - 1), count);
  }

  to(index: number, count: number): void {
    this.index = Math.max(0, Math.min(index, count - 1));
    this.#keepInWindow(count);
  }

  /** Scrolls, and keeps the cursor in the window. */
  scrollBy(rows: number, count: number): void {
    this.scroll = clampScroll(this.scroll + rows, count, this.height);
    this.index = Math.max(this.scroll, Math.min(this.index, this.scroll + this.height - 1, count - 1));
    if (this.index < 0) this.index = 0;
  }

  /** Fits the window to a new height or count. */
  fit(height: number, count: number): void {
    this.height = Math.max(1, height);
    this.to(this.index, count);
  }

  #keepInWindow(count: number): void {
    const margin = Math.min(2, Math.floor((this.height - 1) / 2));
    if (this.index < this.scroll + margin) this.scroll = this.index - margin;
    if (this.index > this.scroll + this.height - 1 - margin) this.scroll = this.index - this.height + 1 + margin;
    this.scroll = clampScroll(this.scroll, count, this.height);
  }
}

function clampScroll(scroll: number, count: number, height: number): number {
  return Math.max(0, Math.min(scroll, count - height));
}
