using LlmSpell.State.Sqlite.Native;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>Prepared statements of one connection that several cursors may need at once. Not thread-safe.</summary>
internal sealed class StatementPool(Connection connection)
{
    private readonly Dictionary<string, Stack<Statement>> _free = new(StringComparer.Ordinal);

    internal Statement Take(string sql)
    {
        return _free.TryGetValue(sql, out Stack<Statement>? free) && free.Count > 0 ? free.Pop() : connection.Prepare(sql);
    }

    internal void GiveBack(string sql, Statement statement)
    {
        statement.Reset();
        if (!_free.TryGetValue(sql, out Stack<Statement>? free))
        {
            _free.Add(sql, free = new Stack<Statement>());
        }

        free.Push(statement);
    }
}
