FROM mcr.microsoft.com/powershell
SHELL ["pwsh", "-Command"]
RUN apt-get update
