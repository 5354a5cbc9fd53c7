namespace LlmSpell.State.RocksDb.Opening;

internal static class DamagedStore
{
    internal static string MoveAside(string folder, TimeProvider clock) => throw new NotImplementedException($"{folder} {clock}");
}
