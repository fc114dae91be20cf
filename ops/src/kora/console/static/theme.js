// The chosen theme, before anything is painted; the system's own when none was chosen.
const chosen = localStorage.getItem('kora-theme');
if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
