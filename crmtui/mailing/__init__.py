"""Mails to reps: put down first, each once, then sent through a sendmail program or an SMTP server."""
