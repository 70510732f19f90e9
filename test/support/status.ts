/** What a server answers, when only that is asked: an answer that nobody reads to its end keeps its connection. */

/** The HTTP status of the answer, once all of it has arrived. */
export async function statusOf(url: string, init?: RequestInit): Promise<number> {
  const answer = await fetch(url, init);
  await answer.arrayBuffer();
  return answer.status;
}
