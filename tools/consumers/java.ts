import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { CONSUMERS_FOLDER, packageFolder, SOURCES } from './packages';
import { need, step } from './steps';

export const JAVA_APP = path.join(CONSUMERS_FOLDER, 'java');
const REPOSITORY = path.join(JAVA_APP, 'repository');
const GROUP = 'io.github.cdk-lambda-warmer';
const ARTIFACT = 'cdk-lambda-warmer';

/** As jsii's own build: to start quickly is worth more here than to run fast. (Maven's own variable takes no path with a space.) */
export const MAVEN_ENVIRONMENT = { JDK_JAVA_OPTIONS: `-XX:+TieredCompilation -XX:TieredStopAtLevel=1 "-Dmaven.repo.local=${REPOSITORY}"` };

/** Builds the generated package into a Maven repository of its own, and fetches what apps take besides: Maven locks no repository. */
export async function prepareJava(): Promise<void> {
  need('A JDK', 'javac', ['-version'], /javac (\d+)/, [11], 'the Java consumer');
  need('Maven', 'mvn', ['--version'], /Maven (\d+)\.(\d+)/, [3, 6], 'the Java consumer');
  const skipped = ['maven.javadoc.skip', 'maven.source.skip', 'maven.test.skip', 'enforcer.skip'].map((name) => `-D${name}=true`);
  await step('Java: building the package (the first time a minute)', 'mvn', ['--quiet', '--batch-mode', '--strict-checksums', ...skipped, 'install'], {
    cwd: packageFolder('java'), env: MAVEN_ENVIRONMENT,
  });
  cpSync(path.join(SOURCES, 'java'), JAVA_APP, { recursive: true });
  await step('Java: compiling the app', 'mvn', ['--quiet', '--batch-mode', '--strict-checksums', 'compile', 'exec:java', '-Dexec.skip=true'], {
    cwd: JAVA_APP, env: MAVEN_ENVIRONMENT,
  });
}

/** Has the repository hold it in another version too: in the repository at hand it has none. */
export function provideJavaPackageAs(version: string): void {
  const versions = path.join(REPOSITORY, ...GROUP.split('.'), ARTIFACT);
  const built = path.join(versions, '0.0.0', `${ARTIFACT}-0.0.0`);
  const provided = path.join(versions, version, `${ARTIFACT}-${version}`);
  mkdirSync(path.dirname(provided), { recursive: true });
  copyFileSync(`${built}.jar`, `${provided}.jar`);
  writeFileSync(`${provided}.pom`, readFileSync(`${built}.pom`, 'utf8').replace('<version>0.0.0</version>', `<version>${version}</version>`));
}
