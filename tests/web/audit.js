/* What a screen reader, a thumb and weak eyes need of a page; gives a list of sentences, empty when all is well. */
() => {
  const found = [];
  const seen = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";
  const name = (element) => {
    const given = element.getAttribute("aria-label") || (element.labels && element.labels.length && element.labels[0].textContent);
    return (given || element.textContent || element.getAttribute("alt") || "").trim();
  };
  const short = (element) => element.outerHTML.slice(0, 90);

  if (!document.documentElement.lang) found.push("the page has no language");
  if (!document.title) found.push("the page has no title");
  if (document.querySelectorAll("main").length !== 1) found.push("the page must have one main");
  const ids = Array.from(document.querySelectorAll("[id]"), (element) => element.id);
  if (new Set(ids).size !== ids.length) found.push("an id is used twice");
  document.querySelectorAll("img:not([alt])").forEach((image) => found.push("no alt: " + short(image)));
  document.querySelectorAll("svg:not([aria-hidden])").forEach((svg) => found.push("a bare drawing: " + short(svg)));
  document.querySelectorAll("[aria-labelledby], [aria-describedby]").forEach((element) => {
    const id = element.getAttribute("aria-labelledby") || element.getAttribute("aria-describedby");
    if (!document.getElementById(id)) found.push("names nothing: " + short(element));
  });
  document.querySelectorAll("a, button, input:not([type=hidden]), textarea, select, [role=group], [role=log]").forEach((element) => {
    const isBox = /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
    const words = isBox ? element.getAttribute("aria-label") || (element.labels.length && element.labels[0].textContent) : name(element);
    if (seen(element) && !words) found.push("no name: " + short(element));
  });

  /* A thumb needs 44 px; a link within a sentence is exempt, as in WCAG 2.5.8. */
  document.querySelectorAll("a, button, textarea, input").forEach((element) => {
    if (!seen(element) || element.disabled || getComputedStyle(element).display === "inline") return;
    const box = element.getBoundingClientRect();
    if (box.bottom < 0 || element.type === "hidden") return; /* the skip link, before it has the focus */
    if (box.height < 43.5 || box.width < 43.5) found.push("too small to tap (" + Math.round(box.width) + " x " + Math.round(box.height) + "): " + short(element));
  });

  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const light = (color) => {
    const part = channels(color).slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = getComputedStyle(each).backgroundColor, alpha = channels(color)[3];
      if (alpha === undefined || alpha === 1) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, style = getComputedStyle(element);
    const isRead = walker.currentNode.textContent.trim() && seen(element) && !element.closest("[disabled], .unseen, script, noscript");
    if (!isRead) continue;
    const [one, other] = [light(style.color), light(behind(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05), size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) found.push("contrast " + ratio.toFixed(2) + ": " + walker.currentNode.textContent.trim().slice(0, 40));
    if (size < 14) found.push("small print (" + size + " px): " + walker.currentNode.textContent.trim().slice(0, 40));
  }
  document.querySelectorAll("html, body, main").forEach((element) => {
    if (element.scrollWidth > element.clientWidth + 1) found.push("scrolls sideways: " + element.tagName);
  });
  return found;
}
