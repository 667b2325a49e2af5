/* global document, history, location, matchMedia, window, MutationObserver, SwaggerUIBundle */
// Draws the endpoints into the page, and follows its links between endpoints and events.

const darkMode = matchMedia('(prefers-color-scheme: dark)');
const setMode = () => document.documentElement.classList.toggle('dark-mode', darkMode.matches);
darkMode.addEventListener('change', setMode);
setMode();

/** Two forms of a contact have one path and another query, for which OpenAPI has no place: it stands as `%3F…` there. */
function queriesInPaths() {
  return {
    wrapComponents: {
      OperationSummaryPath: (Path, { React }) =>
        function PathWithQuery(props) {
          const shown = props.operationProps.update('path', (path) => path.replace('%3F', '?'));
          return React.createElement(Path, { ...props, operationProps: shown });
        },
    },
  };
}

function withQuery(request) {
  const [path, query] = request.url.split('%3F');
  if (query) request.url = `${path}?${query.replace('?', '&')}`;
  return request;
}

const endpoints = document.getElementById('endpoints');
SwaggerUIBundle({
  domNode: endpoints,
  url: endpoints.dataset.document,
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  plugins: [queriesInPaths],
  requestInterceptor: withQuery,
});

/** Opens what the address names, an endpoint or an event. */
function showTarget() {
  const target = document.getElementById(location.hash.slice(1));
  target?.closest('details')?.setAttribute('open', '');
  if (target?.matches('.opblock:not(.is-open)')) target.querySelector('.opblock-summary-control').click();
  target?.scrollIntoView();
}
window.addEventListener('hashchange', showTarget);

// Everything has its place only when the endpoints are drawn.
new MutationObserver((_changes, observer) => {
  if (!endpoints.querySelector('.opblock')) return;
  observer.disconnect();
  showTarget();
}).observe(endpoints, { childList: true, subtree: true });

document.addEventListener('click', ({ target }) => {
  // Swagger UI would open links of descriptions in another window, and its scroller would keep all from the address.
  const link = target.closest('a[href^="#"]');
  if (link) {
    link.target = '';
    link.classList.add('noZensmooth');
  }
  // What is open can be linked to.
  const shown = target.closest('.opblock-summary')?.parentElement ?? target.closest('summary')?.nextElementSibling;
  if (shown?.id) history.replaceState(null, '', `#${shown.id}`);
});
