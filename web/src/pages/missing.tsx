/** What stands at an address without a page. */
import { Button, Result } from 'antd';
import { useNavigate } from 'react-router';
import { useTexts } from '../texts';

export function Missing() {
  const t = useTexts();
  const navigate = useNavigate();
  return (
    <Result
      status="404"
      title={t.common.notFound}
      extra={<Button onClick={() => void navigate('/')}>{t.common.toWork}</Button>}
    />
  );
}
