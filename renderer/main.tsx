/** Starts the page. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './app.css';
import { useStudio } from './studio.ts';
import { followTheme } from './ui-state.ts';
import { findWords, speak } from './words/index.ts';

followTheme();
const found = findWords();
useStudio.subscribe(({ settings }, before) => {
  const language = settings['studio']?.language;
  if (language && language !== before.settings['studio']?.language) speak(language);
});
void found.then(() => {
  const root = document.getElementById('root');
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
});
