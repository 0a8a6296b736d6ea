import { ApiProblem } from './problem.ts';

export interface FileToSend {
  readonly path: string;
  readonly file: Blob;
  readonly headers: Readonly<Record<string, string>>;
  /** From 0 to 1. */
  onProgress(share: number): void;
  readonly signal: AbortSignal;
}

/** Sends a file as the body of a POST and tells how far it is, which `fetch` cannot. Throws as `fetch` does when it was stopped, a problem when nobody was reached. */
export function sendFile({ path, file, headers, onProgress, signal }: FileToSend): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    request.open('POST', path);
    request.responseType = 'text';
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onload = () => resolve(new Response(request.responseText, { status: request.status }));
    request.onerror = () => reject(new ApiProblem({ code: 'offline', status: 0 }));
    request.onabort = () => reject(new DOMException('sending was stopped', 'AbortError'));
    request.onloadend = () => signal.removeEventListener('abort', stop);
    if (signal.aborted) {
      reject(new DOMException('sending was stopped', 'AbortError'));
      return;
    }
    signal.addEventListener('abort', stop);
    request.send(file);
  });
}
