namespace LlmSpell.Bench;

/// <summary>One connection to the server of <see cref="RedisStore"/>.</summary>
internal sealed class RedisSession(RedisConnection connection) : ISession
{
    public void Save(WorkItem item) => connection.Set(item.Name, item.Value.Bytes.Span);

    public void SaveTogether(ReadOnlySpan<WorkItem> items) => connection.SetTogether(items);

    public int Load(WorkItem item) => connection.Get(item.Name) is { } value ? value.Length : -1;

    public long Scan() => throw new NotSupportedException("The keys of redis have no order.");

    public void Dispose() => connection.Dispose();
}
