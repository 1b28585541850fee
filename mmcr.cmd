@echo off
rem The Windows twin of ./mmcr: builds a checkout when its sources are newer than the last build, then runs it; runs a
rem distribution from lib.
rem JAVA_HOME names the JDK (17 or newer); MMCR_JAVA_OPTS holds further options for the JVM.
setlocal EnableDelayedExpansion
set "ROOT=%~dp0"
set "ROOT=%ROOT:~0,-1%"
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
"%JAVA%" -version >nul 2>&1 || (echo mmcr: no Java found; install a JDK, version 17 or newer, or set JAVA_HOME to one. 1>&2 & exit /b 1)
set "VERSION="
for /f "tokens=3" %%v in ('^""%JAVA%" -version 2^>^&1^"') do if not defined VERSION set "VERSION=%%~v"
if not defined VERSION set "VERSION=17"
for /f "delims=." %%v in ("%VERSION%") do set "VERSION=%%v"

rem JavaCPP still reads memory through sun.misc.Unsafe, which newer JDKs warn about. What the JVM has to say goes to stderr, and nothing of
rem a stale archive.
set "HUSHED=cds*=off"
set "UNSAFE="
if %VERSION% GEQ 23 set "UNSAFE=--sun-misc-unsafe-memory-access=allow"
if %VERSION% GEQ 25 set "HUSHED=cds*=off,aot*=off"
set "OPTIONS=-XX:+IgnoreUnrecognizedVMOptions --enable-native-access=ALL-UNNAMED %UNSAFE% -Djava.awt.headless=true -Dorg.bytedeco.javacpp.maxphysicalbytes=0 -Xlog:disable -Xlog:all=warning,%HUSHED%:stderr"

if exist "%ROOT%\lib" (
  set "CLASSPATH=%ROOT%\lib\*"
  set "STATE=%ROOT%\.mmcr"
  if not exist "%ROOT%\.mmcr" mkdir "%ROOT%\.mmcr" 2>nul
  goto run
)

set "MODULE=cli"
set "MODULES=core objective data train analysis simulations report explorer cli"
if "%~1"=="bench" set "MODULE=bench"& set "MODULES=core objective data train analysis simulations report explorer cli bench"
set "STATE=%ROOT%\%MODULE%\target\launcher"

rem Exit code 0: nothing is newer than the stamp of the last build.
powershell -NoProfile -Command "$s = Get-Item '%STATE%\stamp' -ErrorAction SilentlyContinue; if (-not $s -or -not (Test-Path '%STATE%\classpath')) { exit 1 }; $p = @('%ROOT%\pom.xml', '%ROOT%\recipes') + ('%MODULES%'.Split(' ') | ForEach-Object { '%ROOT%\' + $_ + '\pom.xml'; '%ROOT%\' + $_ + '\src\main' }); $n = $p | Where-Object { Test-Path $_ } | ForEach-Object { Get-Item $_; Get-ChildItem $_ -Recurse } | Where-Object { $_.LastWriteTime -gt $s.LastWriteTime } | Select-Object -First 1; if ($n) { exit 1 }"
if errorlevel 1 call :build || exit /b 1

set "CP="
for %%m in (%MODULES%) do (
  if exist "%STATE%\%%m.jar" (set "CP=!CP!%STATE%\%%m.jar;") else set "CP=!CP!%ROOT%\%%m\target\classes;"
)
for /f "usebackq delims=" %%c in ("%STATE%\classpath") do set "CP=!CP!%%c"
rem The class path is longer than a command line may be, so it goes through the environment.
set "CLASSPATH=!CP!"

:run
set "SHARED="
call :archive
"%JAVA%" %SHARED% %OPTIONS% %MMCR_JAVA_OPTS% org.mmcr.cli.Main %*
exit /b %ERRORLEVEL%

rem What a short measurement loads, already parsed and checked (docs/decisions/0003). Another Java makes its own; one that cannot leaves an
rem empty file, and is not asked again.
:archive
if not exist "%ROOT%\lib" if not exist "%STATE%\cli.jar" exit /b 0
if not exist "%STATE%" exit /b 0
set "ARCHIVE=%STATE%\classes-%VERSION%.jsa"
if exist "%ARCHIVE%" goto archived
set "POINTS=%STATE%\points-%RANDOM%.npy"
powershell -NoProfile -Command "$ascii = [Text.Encoding]::ASCII; $header = '{''descr'': ''|u1'', ''fortran_order'': False, ''shape'': (4, 3, 3), }'.PadRight(117) + [char]10; [IO.File]::WriteAllBytes('%POINTS%', [byte[]](0x93) + $ascii.GetBytes('NUMPY') + [byte[]](1, 0, 118, 0) + $ascii.GetBytes($header + '123456789zbadefghimaklmpobcduvwxyabq'))"
"%JAVA%" "-XX:ArchiveClassesAtExit=%POINTS%.jsa" %OPTIONS% %MMCR_JAVA_OPTS% org.mmcr.cli.Main capacity "%POINTS%" --json > "%STATE%\archive.log" 2>&1 < nul
if errorlevel 1 del "%POINTS%.jsa" 2>nul
if not exist "%POINTS%.jsa" type nul > "%POINTS%.jsa"
move /y "%POINTS%.jsa" "%ARCHIVE%" >nul 2>&1
del "%POINTS%" "%POINTS%.jsa" 2>nul
:archived
for %%f in ("%ARCHIVE%") do if %%~zf GTR 0 set "SHARED="-XX:SharedArchiveFile=%ARCHIVE%""
exit /b 0

:build
echo mmcr: building mmcr (about a minute)... 1>&2
if not exist "%STATE%" mkdir "%STATE%"
type nul > "%STATE%\stamp.new"
if exist "%STATE%\stamp" del "%STATE%\stamp"
pushd "%ROOT%"
call mvnw.cmd -q -B -ntp -pl %MODULE% -am -DskipTests process-classes > "%STATE%\build.log" 2>&1
set "FAILED=%ERRORLEVEL%"
popd
if not "%FAILED%"=="0" (
  echo mmcr: the build failed; everything Maven said is in %STATE%\build.log. 1>&2
  exit /b 1
)
rem Jars of our classes: an archive of loaded classes holds none that came from a folder.
del "%STATE%\*.jar" "%STATE%\*.jsa" 2>nul
set "JAR=jar"
if defined JAVA_HOME set "JAR=%JAVA_HOME%\bin\jar.exe"
for %%m in (%MODULES%) do "!JAR!" --create --no-compress --file "%STATE%\%%m.jar" -C "%ROOT%\%%m\target\classes" . >> "%STATE%\build.log" 2>&1 || del "%STATE%\%%m.jar" 2>nul
move /y "%STATE%\stamp.new" "%STATE%\stamp" >nul
exit /b 0
