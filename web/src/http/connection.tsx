/** Says when the connection is lost, above the page and in every form. */
import { useEffect, useState } from 'react';
import { Alert } from 'antd';
import { useTexts } from '../words';

export function Connection() {
  const t = useTexts();
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    window.addEventListener('online', look);
    window.addEventListener('offline', look);
    return () => {
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
    };
  }, []);
  return online ? null : <Alert banner role="status" type="warning" title={t.common.offline} />;
}
