/** Starts the console in the page. */
import { createRoot } from 'react-dom/client';
import { Console } from './console';
import './console.css';

const place = document.getElementById('console');
if (!place) throw new Error('index.html has no place for the console');
createRoot(place).render(<Console />);
