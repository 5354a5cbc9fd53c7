using System.Globalization;

namespace LlmSpell.State.Sqlite.Native;

/// <summary>A result code of SQLite other than OK, ROW and DONE. The backend turns it into what a caller sees.</summary>
internal sealed class SqliteErrorException : Exception
{
    internal SqliteErrorException(int extendedCode, string sqliteMessage, string file, int systemError)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"{file}: {sqliteMessage} (SQLite result code {ResultCode.Primary(extendedCode)}, extended {extendedCode}{Errno(systemError)})"))
    {
        ExtendedCode = extendedCode;
        SqliteMessage = sqliteMessage;
        File = file;
    }

    internal int ExtendedCode { get; }

    internal int Code => ResultCode.Primary(ExtendedCode);

    internal string SqliteMessage { get; }

    internal string File { get; }

    private static string Errno(int systemError) =>
        systemError == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", errno {systemError}");
}
