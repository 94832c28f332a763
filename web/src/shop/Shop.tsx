/** The demo shop: a storefront for the widget to stand on. */

import { useEffect, useState } from "preact/hooks";

import type { Problem } from "../shared/records.ts";
import { problemOf } from "../shared/talk.ts";
import { ProductCard } from "./ProductCard.tsx";

export interface Product {
  id: string;
  title: string;
  description: string;
  /** "46.66 USD" */
  price: string | null;
  image: string | null;
}

interface Storefront {
  name: string;
  products: Product[];
}

export function Shop() {
  const [store, setStore] = useState<Storefront | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    void load().then(setStore, (error: unknown) => setProblem(problemFrom(error)));
  }, []);
  useEffect(() => {
    if (!store) return;
    document.title = store.name;
    const widget = document.querySelector<HTMLScriptElement>("script[data-shop]");
    if (widget) widget.dataset.shop = store.name;
  }, [store]);
  return (
    <>
      <header class="top">
        <p class="shop-name" dir="auto">{store?.name ?? "\u00a0"}</p>
        <button class="ask" data-tradewind-open="">Help with an order</button>
      </header>
      <main>
        <section class="hero">
          <h1>Good things, sent anywhere.</h1>
          <p>Everyday goods from makers we know. Questions about a parcel, duties or a return? Ask in your own language.</p>
        </section>
        {problem && <p class="fault" role="alert">{problem.message} {problem.hint}</p>}
        <ul class="grid" aria-label="Products" aria-busy={!store && !problem}>
          {store
            ? store.products.map((product) => <ProductCard key={product.id} product={product} />)
            : !problem && Array.from({ length: 8 }, (_, i) => <li key={i} class="product ghost" />)}
        </ul>
      </main>
      <footer class="end">
        <p>A demonstration shop. Its products, orders and people are made up, and nothing is for sale.</p>
      </footer>
    </>
  );
}

async function load(): Promise<Storefront> {
  const response = await fetch("/api/storefront");
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Storefront;
}

function problemFrom(error: unknown): Problem {
  if (error instanceof Error) {
    return { status: 0, message: "The shop cannot be reached.", hint: "Reload the page in a moment." };
  }
  return error as Problem;
}
