// What the pages do beyond links and forms: follow runs at work, choose rows and decide about them.

const REFRESH = 3000;

// Airflow frames our pages without the right to leave them: its own router takes the person there.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[target=_top]");
  if (!link || window.parent === window || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const url = new URL(link.href);
  window.parent.history.pushState({}, "", url.pathname + url.search);
  window.parent.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
});

async function refresh() {
  const live = document.getElementById("live");
  if (!live || !("live" in live.dataset)) return;
  if (!document.hidden && !live.contains(document.activeElement)) {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("live");
        if (fresh) live.replaceWith(fresh);
      }
    } catch {
      // The next look may succeed
    }
  }
  setTimeout(refresh, REFRESH);
}
setTimeout(refresh, REFRESH);

const form = document.getElementById("decide");
if (form) {
  const rows = [...form.querySelectorAll("input[name=row]")];
  const all = form.querySelector("#all");
  const found = form.querySelector("#found");
  const chosen = () => rows.filter((row) => row.checked);
  const show = () => {
    const count = chosen().length;
    const output = form.querySelector("#chosen");
    if (output) output.value = found?.checked ? "all found chosen" : count ? `${count} chosen` : "none chosen";
    for (const box of [all, ...rows]) if (box) box.disabled = Boolean(found?.checked);
    if (all) {
      all.checked = count > 0 && count === rows.length;
      all.indeterminate = count > 0 && count < rows.length;
    }
    for (const button of form.querySelectorAll("button")) button.disabled = count === 0 && !found?.checked;
  };
  // Enter in the reason means to dismiss
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.id === "why") {
      event.preventDefault();
      form.querySelector("button[value=dismiss]").click();
    }
  });
  form.addEventListener("change", (event) => {
    if (event.target === all) for (const row of rows) row.checked = all.checked;
    show();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const decision = event.submitter?.value ?? "retry";
    const said = form.querySelector("#said");
    const everyRow = Boolean(found?.checked);
    const body = everyRow
      ? { filters: JSON.parse(form.dataset.filters) }
      : {
          rows: chosen().map(({ dataset }) => ({
            flow: dataset.flow,
            organization: dataset.organization,
            source_id: dataset.sourceId,
          })),
        };
    if (decision === "dismiss") {
      const why = form.querySelector("#why");
      if (!why.value.trim()) {
        said.textContent = "Say why these rows are set aside: it is kept with your name.";
        why.focus();
        return;
      }
      body.why = why.value;
    }
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    said.textContent = await decide(form.dataset[everyRow ? `${decision}Found` : decision], body);
    show();
  });
  show();
}

// Whether the person agrees. Airflow's frame allows no dialog of the browser's own.
function agreed(question) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("#question").textContent = question;
  dialog.returnValue = "";
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });
}

async function decide(url, body) {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const told = await answer.json();
    if (answer.ok && told.question) {
      if (told.rows === 0) return "The filter finds no row that you may decide about.";
      return (await agreed(told.question)) ? decide(url, { ...body, confirmed: told.rows }) : "Nothing was done.";
    }
    if (answer.ok) {
      sessionStorage.setItem("said", told.text);
      location.reload();
      return told.text;
    }
    return typeof told.detail === "string" ? told.detail : "Airflow refuses the request.";
  } catch {
    return "Airflow did not answer. Nothing may have been done: look before you try again.";
  }
}

const said = document.getElementById("said");
if (said) {
  said.textContent = sessionStorage.getItem("said") ?? "";
  sessionStorage.removeItem("said");
}
