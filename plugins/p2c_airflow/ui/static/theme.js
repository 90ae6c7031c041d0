// Airflow keeps the theme that a person chose in its own origin's storage, and ours is the same one.
"use strict";
{
  const chosen = () => {
    const theme = localStorage.getItem("theme");
    if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };
  chosen();
  addEventListener("storage", chosen);
}
