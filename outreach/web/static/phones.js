// On the phones page: a sent field is empty again, its thread shows the end, and nothing moves once somebody types.
(() => {
  "use strict";
  const end = (phone) => {
    const thread = phone && phone.querySelector("[data-opens-at]");
    if (thread) thread.scrollTop = thread.scrollHeight;
  };
  document.addEventListener("focusin", (event) => {
    const follow = document.getElementById("follow");
    if (follow && event.target.closest(".o-phone")) follow.checked = false;
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement: form, response } = event.detail.ctx;
    if (form.matches(".o-write") && response.status < 400) form.reset();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const form = event.detail.ctx.sourceElement;
    const phone = form && form.id && document.getElementById(form.id.replace(/^o-[a-z]+-/, "phone-"));
    if (phone) end(phone);
  });
  // A phone that came onto the table a moment ago is read at its end, as the others are.
  let seen = new Set();
  document.addEventListener("htmx:after:settle", () => {
    const phones = [...document.querySelectorAll(".o-phone")];
    for (const phone of phones) if (!seen.has(phone.id)) end(phone);
    seen = new Set(phones.map((phone) => phone.id));
  });
})();
