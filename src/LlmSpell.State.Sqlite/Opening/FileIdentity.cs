using LlmSpell.State.Sqlite.Errors;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Opening;

/// <summary>What a SQLite file says of itself.</summary>
internal sealed record FileIdentity(int ApplicationId, int Format, string Tables)
{
    /// <summary>A file without content, new or waiting to be filled.</summary>
    internal static FileIdentity Empty { get; } = new(0, 0, "");

    internal static FileIdentity Read(Connection connection)
    {
        long application = connection.QueryInt64("PRAGMA application_id");
        long format = connection.QueryInt64("PRAGMA user_version");
        return new FileIdentity(
            (int)application,
            (int)format,
            connection.QueryText(
                "SELECT coalesce(group_concat(name, ', '), '') FROM (SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name)"));
    }

    /// <summary>This, if the file is empty or a store that this version can use.</summary>
    /// <exception cref="StateUnsupportedException">It belongs to another program, or to a newer version of this one.</exception>
    /// <exception cref="StateCorruptException">It is a store that has lost tables.</exception>
    internal FileIdentity OrThrow(string file)
    {
        if (this == Empty)
        {
            return this;
        }

        if (ApplicationId != StoreSchema.ApplicationId)
        {
            string found = Tables.Length == 0 ? "no tables" : $"the tables {Shorten(Tables)}";
            throw new StateUnsupportedException(
                $"The file {file} is a SQLite database of another program: application_id {ApplicationId}, user_version {Format}, {found}.",
                "Nothing was changed in it. Give the state a folder of its own: path in [runtime.state_persistence].");
        }

        if (Format > StoreSchema.Format)
        {
            throw new StateUnsupportedException(
                $"The state in {file} has format {Format}; this version of llmspell reads format {StoreSchema.Format}.",
                "Nothing was changed in it. Use the version of llmspell that wrote it, or a newer one.");
        }

        // More tables than ours may be there: somebody's own, or SQLite's after ANALYZE.
        if (Format < StoreSchema.Format || StoreSchema.Tables.Except(Tables.Split(", "), StringComparer.Ordinal).Any())
        {
            throw new StateCorruptException(
                $"The state in {file} is not as it was made: format {Format} with the tables {Shorten(Tables)}, not format {StoreSchema.Format} with {string.Join(", ", StoreSchema.Tables)}.",
                SqliteErrors.RecoveryHint(file));
        }

        return this;
    }

    private static string Shorten(string text) => text.Length <= 200 ? text : $"{text.AsSpan(0, 200)}…";
}
