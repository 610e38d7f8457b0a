@set /p manicula_python=<"%~dp0manicula"
@"%manicula_python:~2%" "%~dp0manicula" %*
