import { Component, type ReactNode } from 'react';
import { SafeScene } from '../scenes/safe/safe-scene.tsx';
import { StandingScreen } from './standing-screen.tsx';

interface SafeBoundaryProps {
  readonly children: ReactNode;
  readonly onSafe: () => void;
}

/** Whatever goes wrong while painting, people in the hall see the safe scene, never a white page. */
export class SafeBoundary extends Component<SafeBoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidCatch(error: Error) {
    console.error('the screen failed to paint and shows the safe scene', error);
    this.props.onSafe();
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <StandingScreen scene="safe" language="el">
        <SafeScene language="el" />
      </StandingScreen>
    );
  }
}
