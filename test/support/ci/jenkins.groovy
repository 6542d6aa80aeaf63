// Jenkins's steps, as far as our own Jenkinsfile uses them: runs FILE with `groovy jenkins.groovy FILE DIRECTORY ORIGIN`.
// A node is a directory, a container is nothing, shell commands run for real. Credentials are files below DIRECTORY.

class Steps extends Script {
  static File directory, stashes, workspace
  static String origin
  static Map variables = [:]
  static int nodes = 0
  static boolean hasSecrets = false

  def run() {}
  def getEnv() { [CHANGE_ID: System.getenv('CHANGE_ID'), BRANCH_NAME: null, BRANCH_IS_PRIMARY: null] }
  def getScm() { origin }
  def getDocker() { [image: { name -> [inside: { options, work -> work() }] }] }
  def properties(list) {}
  def disableConcurrentBuilds() {}
  def pipelineTriggers(list) { println "triggers: $list" }
  def cron(text) { text }
  def stage(name, work) { println "stage: $name"; work() }
  def echo(text) { println text }
  def error(text) { println "error: $text"; System.exit(1) }
  def node(work) {
    workspace = new File(directory, "node-${nodes++}")
    workspace.mkdirs()
    work()
  }
  def deleteDir() { workspace.deleteDir(); workspace.mkdirs() }
  def checkout(from) { sh "git clone -q --branch main -- $from ." }
  // In turn, which is one of the orders that are possible.
  def parallel(jobs) { jobs.each { name, work -> println "branch: $name"; work() } }
  def archiveArtifacts(Map of) {}
  def withEnv(list, work) {
    list.each { def (name, value) = it.split('=', 2); variables[name] = value }
    work()
  }
  def file(Map of) { [(of.variable): new File(directory, of.credentialsId).path] }
  def gitUsernamePassword(Map of) { [:] }
  def withCredentials(list, work) {
    def before = variables
    variables = list.inject(before) { all, one -> all + one }
    hasSecrets = true
    work()
    variables = before
  }
  def stash(Map of) {
    def target = new File(stashes, of.name)
    target.mkdirs()
    def what = of.includes.replace('/**', '')
    if (new File(workspace, what).exists()) sh "cp -r -- $what $target.path/"
  }
  def unstash(name) { sh "cp -r -- $stashes.path/$name/. ." }
  def sh(Map of) {
    def builder = new ProcessBuilder('sh', '-xe', '-c', of.script).directory(workspace).redirectErrorStream(!of.returnStdout)
    builder.environment().putAll(variables)
    if (of.returnStdout) builder.redirectError(ProcessBuilder.Redirect.INHERIT)
    def process = builder.start()
    process.outputStream.close()
    def text = process.inputStream.text
    if (!of.returnStdout) print text
    def status = process.waitFor()
    if (of.returnStatus) return status
    if (status != 0) { println "status $status of:\n$of.script"; System.exit(2) }
    text
  }
  def sh(String script) { sh(script: script) }
}

Steps.directory = new File(args[1])
Steps.stashes = new File(Steps.directory, 'stashes')
Steps.origin = args[2]
def settings = new org.codehaus.groovy.control.CompilerConfiguration(scriptBaseClass: Steps.name)
new GroovyShell(Steps.classLoader, new Binding(), settings).evaluate(new File(args[0]))
