using LlmSpell.State;
using LlmSpell.State.Sqlite;

namespace LlmSpell.Bench;

/// <summary>Our store on SQLite.</summary>
internal sealed class OwnSqlite(string folder) : OwnStore("sqlite", folder)
{
    internal override string Description => "`StateStore` on the default backend; flushed each: `durability = \"strict\"`";

    protected override IStateBackend OpenBackend(string folder, bool strict) => SqliteBackend.Open(
        new SqliteOptions { Folder = folder, Durability = strict ? StateDurability.Strict : StateDurability.Normal });
}
