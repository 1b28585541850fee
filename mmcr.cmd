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

if exist "%ROOT%\lib" (
  set "CLASSPATH=%ROOT%\lib\*"
  goto run
)

set "MODULE=cli"
set "MODULES=core train report cli"
if "%~1"=="bench" set "MODULE=bench"& set "MODULES=core train report cli bench"
set "STATE=%ROOT%\%MODULE%\target\launcher"

rem Exit code 0: nothing is newer than the stamp of the last build.
powershell -NoProfile -Command "$s = Get-Item '%STATE%\stamp' -ErrorAction SilentlyContinue; if (-not $s -or -not (Test-Path '%STATE%\classpath')) { exit 1 }; $p = @('%ROOT%\pom.xml', '%ROOT%\recipes') + ('%MODULES%'.Split(' ') | ForEach-Object { '%ROOT%\' + $_ + '\pom.xml'; '%ROOT%\' + $_ + '\src\main' }); $n = $p | Where-Object { Test-Path $_ } | ForEach-Object { Get-Item $_; Get-ChildItem $_ -Recurse } | Where-Object { $_.LastWriteTime -gt $s.LastWriteTime } | Select-Object -First 1; if ($n) { exit 1 }"
if errorlevel 1 call :build || exit /b 1

set "CP="
for %%m in (%MODULES%) do set "CP=!CP!%ROOT%\%%m\target\classes;"
for /f "usebackq delims=" %%c in ("%STATE%\classpath") do set "CP=!CP!%%c"
rem The class path is longer than a command line may be, so it goes through the environment.
set "CLASSPATH=!CP!"

:run
"%JAVA%" -XX:+IgnoreUnrecognizedVMOptions --enable-native-access=ALL-UNNAMED -Djava.awt.headless=true -Dorg.bytedeco.javacpp.maxphysicalbytes=0 %MMCR_JAVA_OPTS% org.mmcr.cli.Main %*
exit /b %ERRORLEVEL%

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
move /y "%STATE%\stamp.new" "%STATE%\stamp" >nul
exit /b 0
