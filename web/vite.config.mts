/** How the console is built: from `web/` into `build/console`, served below `/console/`; for work on it, a server that passes the API through. */
import path from 'node:path';
import { defineConfig } from 'vite';

const root = import.meta.dirname;
/** Where `npm start` serves the API; only for `npx vite -c web/vite.config.mts`. */
const API = 'http://127.0.0.1:3000';

export default defineConfig(({ command }) => {
  // What is built is what people use, whoever builds it: below Jest this says `test`, and React would warn and be slow.
  if (command === 'build') process.env.NODE_ENV = 'production';
  return {
    root,
    base: '/console/',
    build: {
      outDir: path.join(root, '../build/console'),
      emptyOutDir: true,
      target: 'es2022',
      rolldownOptions: {
        // Ant Design marks its modules for React's server components; here is no server of theirs.
        onLog: (level, log, handle) => {
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
        },
      },
      // ECharts and the writer of workbooks alone are larger; they come with the page or the press that needs them.
      chunkSizeWarningLimit: 1200,
    },
    server: { proxy: { '^/(?!console/).*': API } },
  };
});
