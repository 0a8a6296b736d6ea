import type { IConfiguration, IForbiddenRuleType } from 'dependency-cruiser';

export interface Runtime {
  readonly mayUse: readonly string[];
  /** What its tests may use besides; nothing more where it is not said. */
  readonly testsMayUse?: readonly string[];
  readonly because: string;
}

export interface CloudModule {
  readonly mayUse: readonly string[];
  readonly owns: string;
}

export declare const arrows: {
  readonly runtimes: Readonly<Record<string, Runtime>>;
  readonly workplaces: readonly string[];
  readonly cloudModules: Readonly<Record<string, CloudModule>>;
};

declare const configuration: IConfiguration & { readonly forbidden: (IForbiddenRuleType & { name: string; comment: string })[] };
export default configuration;
