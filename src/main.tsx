import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './theme/base.css';
import { App } from './App';
import { askRiskEarly } from './api/risk';
import { askStatusEarly } from './api/vault';
import { applyTheme } from './theme/theme';

applyTheme();
void askStatusEarly();
// The window opens on the overview.
if (location.hash === '') location.replace('#/overview');
if (location.hash.startsWith('#/overview')) void askRiskEarly();
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
