import { useState } from "preact/hooks";

import type { Product } from "./Shop.tsx";

export function ProductCard({ product }: { product: Product }) {
  const [broken, setBroken] = useState(false);
  return (
    <li class="product">
      <div class="picture">
        {product.image && !broken
          ? <img src={product.image} alt="" loading="lazy" onError={() => setBroken(true)} />
          : <Placeholder product={product} />}
      </div>
      <div class="product-text">
        <h2 dir="auto">{product.title}</h2>
        {product.price && <p class="price">{priceOf(product.price)}</p>}
        <p class="about" dir="auto">{product.description}</p>
        <button class="ask-product" data-tradewind-open={`${product.title}: `}>
          Ask about this<span class="away"> {product.title}</span>
        </button>
      </div>
    </li>
  );
}

/** "46.66 USD" as the reader's locale writes it. */
function priceOf(price: string): string {
  const [amount = "", currency = "USD"] = price.split(" ");
  return new Intl.NumberFormat(navigator.language, { style: "currency", currency }).format(Number(amount));
}

/** A quiet drawing that is always the same for a product. */
function Placeholder({ product }: { product: Product }) {
  const seed = [...product.id + product.title].reduce((sum, sign) => (sum * 31 + sign.codePointAt(0)!) >>> 0, 7);
  const hue = seed % 360;
  const [x, y, r] = [60 + (seed % 80), 70 + ((seed >> 4) % 60), 42 + ((seed >> 8) % 26)];
  return (
    <svg viewBox="0 0 200 200" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <rect width="200" height="200" fill={`oklch(0.93 0.025 ${hue})`} />
      <path d={`M0 ${y + 60}Q70 ${y + 20} 200 ${y + 70}V200H0z`} fill={`oklch(0.86 0.045 ${hue})`} />
      <circle cx={x} cy={y} r={r} fill={`oklch(0.78 0.07 ${(hue + 40) % 360})`} />
      <text x="100" y="116" text-anchor="middle" font-size="46" font-family="Georgia, serif" fill={`oklch(0.36 0.06 ${hue})`}>
        {[...product.title][0]?.toUpperCase()}
      </text>
    </svg>
  );
}
