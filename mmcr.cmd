@echo off
rem The Windows version of ./mmcr, step by step the same: in a checkout, it first builds mmcr when a source is newer than the last build; in
rem an unpacked distribution, it runs lib.
rem JAVA_HOME names the JDK (17 or newer); MMCR_JAVA_OPTS holds further options for the JVM; MMCR_NATIVES is cpu or cuda.
setlocal EnableDelayedExpansion
set "ROOT=%~dp0"
set "ROOT=%ROOT:~0,-1%"

rem ---- Java
set "JAVA=java"
set "JAR=jar"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"& set "JAR=%JAVA_HOME%\bin\jar.exe"
"%JAVA%" -version >nul 2>&1 || (echo mmcr: no Java found; install a JDK, version 17 or newer, or set JAVA_HOME to one. 1>&2 & exit /b 1)
set "VERSION="
for /f "tokens=3" %%v in ('^""%JAVA%" -version 2^>^&1^"') do if not defined VERSION set "VERSION=%%~v"
if not defined VERSION set "VERSION=17"
for /f "delims=." %%v in ("%VERSION%") do set "VERSION=%%v"
if %VERSION% LSS 17 (echo mmcr: found Java %VERSION%; mmcr needs version 17 or newer: set JAVA_HOME to one. 1>&2 & exit /b 1)

rem ---- Build
if exist "%ROOT%\lib" (
  set "CLASSES=-cp "%ROOT%\lib\*""
  set "STATE=%ROOT%\.mmcr"
  if not exist "%ROOT%\.mmcr" mkdir "%ROOT%\.mmcr" 2>nul
  goto run
)
set "MODULE=cli"
set "MODULES=core objective data train analysis simulations report explorer cli"
if "%~1"=="bench" set "MODULE=bench"& set "MODULES=%MODULES% bench"
set "STATE=%ROOT%\%MODULE%\target\launcher"
set "NATIVES=cpu"
if defined MMCR_NATIVES set "NATIVES=%MMCR_NATIVES%"
set "NATIVES_OPTION="
if "%NATIVES%"=="cuda" set "NATIVES_OPTION=-Dnatives=cuda"
if not "%NATIVES%"=="cpu" if not "%NATIVES%"=="cuda" (echo mmcr: expected MMCR_NATIVES to be cpu or cuda, found '%NATIVES%'. 1>&2 & exit /b 1)
set "BUILT=cpu"
if exist "%STATE%\natives" set /p BUILT=<"%STATE%\natives"
if not "%BUILT%"=="%NATIVES%" del "%STATE%\stamp" 2>nul
rem Exit code 0: nothing is newer than the stamp of the last build.
powershell -NoProfile -Command "$s = Get-Item '%STATE%\stamp' -ErrorAction SilentlyContinue; if (-not $s -or -not (Test-Path '%STATE%\classpath') -or -not (Test-Path '%STATE%\mmcr.jar') -or -not (Test-Path '%STATE%\arguments')) { exit 1 }; $p = @('%ROOT%\pom.xml', '%ROOT%\recipes') + ('%MODULES%'.Split(' ') | ForEach-Object { '%ROOT%\' + $_ + '\pom.xml'; '%ROOT%\' + $_ + '\src\main' }); $n = $p | Where-Object { Test-Path $_ } | ForEach-Object { Get-Item $_; Get-ChildItem $_ -Recurse } | Where-Object { $_.LastWriteTime -gt $s.LastWriteTime } | Select-Object -First 1; if ($n) { exit 1 }"
if errorlevel 1 call :build || exit /b 1
rem The class path is longer than a command line or a variable may be, so it is in a file of arguments.
set "CLASSES="@%STATE%\arguments""

rem ---- Options of the JVM; ./mmcr has the reasons
:run
set "ORT_DISABLE_TELEMETRY=1"
set "QUIET=cds*=off"
set "UNSAFE="
if %VERSION% GEQ 23 set "UNSAFE=--sun-misc-unsafe-memory-access=allow"
if %VERSION% GEQ 25 set "QUIET=cds*=off,aot*=off"
set "OPTIONS=-XX:+IgnoreUnrecognizedVMOptions --enable-native-access=ALL-UNNAMED %UNSAFE% -Djava.awt.headless=true -Dorg.bytedeco.javacpp.maxphysicalbytes=0 -Xlog:disable -Xlog:all=warning,%QUIET%:stderr"
if exist "%ROOT%\natives" set "OPTIONS=%OPTIONS% "-Dorg.bytedeco.javacpp.cachedir=%ROOT%\natives""
set "ARRAYS="
if "%~1"=="capacity" for %%a in (%*) do (
  set "EXTENSION=%%~xa"
  if /i "!EXTENSION:~0,3!"==".np" set "ARRAYS=-XX:TieredStopAtLevel=1"
)
set "ARCHIVE=%STATE%\classes-%VERSION%.jsa"
set "SHARED="
if defined ARRAYS if exist "%STATE%" set "SHARED="-XX:ArchiveClassesAtExit=%ARCHIVE%.new""
if exist "%ARCHIVE%" set "SHARED="-XX:SharedArchiveFile=%ARCHIVE%""
"%JAVA%" %SHARED% %ARRAYS% %OPTIONS% %MMCR_JAVA_OPTS% %CLASSES% org.mmcr.cli.Main %*
set "CODE=%ERRORLEVEL%"
if exist "%ARCHIVE%.new" if "%CODE%"=="0" (move /y "%ARCHIVE%.new" "%ARCHIVE%" >nul 2>&1) else del "%ARCHIVE%.new"
exit /b %CODE%

:build
rem One line: a pipe that names the modules, as in ./mmcr, would lose the exit code of Maven.
echo mmcr: building mmcr (on first use up to two minutes plus downloads)... 1>&2
if not exist "%STATE%" mkdir "%STATE%"
type nul > "%STATE%\stamp.new"
del "%STATE%\stamp" "%STATE%\*.jsa" 2>nul
pushd "%ROOT%"
call mvnw.cmd -B -ntp -pl %MODULE% -am -DskipTests -DskipErrorProne %NATIVES_OPTION% process-classes > "%STATE%\build.log" 2>&1
set "FAILED=%ERRORLEVEL%"
set "FOLDERS="
for %%m in (%MODULES%) do set "FOLDERS=!FOLDERS! -C %%m\target\classes ."
if "%FAILED%"=="0" "%JAR%" --create --no-compress --file "%STATE%\mmcr.jar" %FOLDERS% >> "%STATE%\build.log" 2>&1 || set "FAILED=1"
rem In a file of arguments, a backslash inside quotes is written twice.
if "%FAILED%"=="0" powershell -NoProfile -Command "$c = '%STATE%\mmcr.jar;' + (Get-Content -Raw '%STATE%\classpath').Trim(); Set-Content -Encoding Default '%STATE%\arguments' ('-cp \"' + $c.Replace('\', '\\') + '\"')" || set "FAILED=1"
popd
if not "%FAILED%"=="0" (
  echo mmcr: the build failed; the output is in %STATE%\build.log. 1>&2
  exit /b 1
)
>"%STATE%\natives" echo %NATIVES%
move /y "%STATE%\stamp.new" "%STATE%\stamp" >nul
exit /b 0
