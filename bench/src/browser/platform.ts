/*
 * What is used here of a browser. The benchmarks are compiled for Node, whose names say nothing of a page; what runs in one takes
 * the browser's from here.
 */

export interface PageElement {
  innerHTML: string;
  textContent: string;
  disabled?: boolean;
  href?: string;
  readonly checked?: boolean;
  readonly value?: string;
  addEventListener(event: 'click', listener: () => void): void;
  insertAdjacentHTML(position: 'beforeend', html: string): void;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

export interface Platform {
  readonly document: { getElementById(id: string): PageElement };
  readonly navigator: {
    readonly userAgent: string;
    readonly hardwareConcurrency: number;
    readonly deviceMemory?: number;
  };
  readonly crossOriginIsolated: boolean;
}

export const platform: Platform = globalThis as unknown as Platform;
