using LlmSpell.State.Sqlite.Waiting;

namespace LlmSpell.State.Sqlite.Tests;

public sealed class WriteLockHolderTests
{
    [Theory]
    [InlineData("/state/state.db-shm", "fe:00:4711")]
    [InlineData("/with a space/state.db-shm", "fe:00:4712")]
    [InlineData("/with\na line/state.db-shm", "fe:00:4713")]
    [InlineData("/other/state.db-shm", null)]
    [InlineData("state.db-shm", null)]
    public void A_mapped_file_is_found_by_its_whole_path(string file, string? device)
    {
        string[] maps =
        [
            "55d0c0a00000-55d0c0a01000 r--p 00000000 fe:00 99                         /usr/bin/dotnet",
            "7f2c00000000-7f2c00021000 rw-p 00000000 00:00 0 ",
            "7f2c10000000-7f2c10008000 rw-s 00000000 fe:00 4711                       /state/state.db-shm",
            "7f2c20000000-7f2c20008000 rw-s 00000000 fe:00 4712                       /with a space/state.db-shm",
            @"7f2c30000000-7f2c30008000 rw-s 00000000 fe:00 4713                       /with\012a line/state.db-shm",
        ];

        Assert.Equal(device, WriteLockHolder.FindDevice(maps, file));
    }

    [Theory]
    [InlineData("fe:00:4711", 1234)]
    [InlineData("fe:00:4712", null)]
    [InlineData("fe:00:4713", null)]
    [InlineData("fe:00:4714", null)]
    public void The_holder_is_who_has_the_write_lock_and_not_who_reads_or_waits(string device, int? process)
    {
        string[] locks =
        [
            "1: FLOCK  ADVISORY  WRITE 1 fe:00:4711 0 EOF",
            "2: POSIX  ADVISORY  READ  77 fe:00:4711 124 124",
            "3: POSIX  ADVISORY  WRITE 1234 fe:00:4711 120 120",
            "3: -> POSIX  ADVISORY  WRITE 1235 fe:00:4712 120 120",
            "4: POSIX  ADVISORY  READ  1236 fe:00:4713 120 120",
            "5: POSIX  ADVISORY  WRITE 1237 fe:00:4714 121 121",
        ];

        Assert.Equal(process, WriteLockHolder.FindOwner(locks, device));
    }
}
