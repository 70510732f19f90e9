/** Starts the console in the page. */
import { createRoot } from 'react-dom/client';
import { Console } from './console';
import { sweep } from './http/drafts';
import './design/console.css';

// A release in between has taken the files away that this page would load next: it begins anew.
window.addEventListener('vite:preloadError', () => window.location.reload());

sweep();

const place = document.getElementById('console');
if (!place) throw new Error('index.html has no place for the console');
createRoot(place).render(<Console />);
